"""Asks the explorer of a running program as agents do, with the protocol's public Python client, in all eras of the protocol."""

import json
import sys

import anyio
import jsonschema
from mcp import Client
from mcp.shared.exceptions import MCPError

# A mode of the client, and the revision that it must agree on.
MODES = {"2026-07-28": "2026-07-28", "auto": "2026-07-28", "legacy": "2025-11-25"}
# A comparison of the shortest windows, as the program has just begun.
COMPARISON = {"window_seconds": 10}
# Arguments of each tool. `REF` is a reference from the answers of the others.
CALLS = [
    ("suspects", {}),
    ("suspects", {"window_seconds": 60, "budget": 500}),
    ("context", {"place": "place_order"}),
    ("blast_radius", {"places": ["charge"]}),
    ("search", {"outcome": "error"}),
    ("objectives", {}),
    ("compare", COMPARISON),
    ("evidence", {"ref": "REF"}),
]
# Arguments that a tool refuses, for the model that chose them.
REFUSED = [
    ("context", {}),
    ("context", {"place": "no_such_function"}),
    ("suspects", {"window_seconds": -1}),
    ("evidence", {"ref": "nonsense"}),
]


def references(value):
    """Yields all references in an answer."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "ref" and isinstance(inner, str):
                yield inner
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


async def wait_for_calls(client):
    """Waits until the program, which has just begun, has kept the event of an error, and ran for two windows."""
    with anyio.fail_after(60):
        while True:
            found = await client.call_tool("search", {"outcome": "error"})
            compared = await client.call_tool("compare", COMPARISON)
            if found.structured_content["events"] and not compared.is_error:
                return
            await anyio.sleep(0.2)


async def check(server, mode):
    async with Client(server, mode=mode) as client:
        assert client.protocol_version == MODES[mode], client.protocol_version
        # A client that assumes the revision does not ask for these.
        if mode != client.protocol_version:
            assert client.server_info.name == "autometrics", client.server_info
            assert client.instructions
        listed = await client.list_tools()
        assert listed.next_cursor is None
        tools = {tool.name: tool for tool in listed.tools}
        assert set(tools) == {name for name, _ in CALLS}, set(tools)
        for tool in tools.values():
            jsonschema.Draft202012Validator.check_schema(tool.input_schema)
            jsonschema.Draft202012Validator.check_schema(tool.output_schema)
            assert tool.annotations.read_only_hint
        await wait_for_calls(client)
        found = []
        for name, arguments in CALLS:
            if arguments.get("ref") == "REF":
                assert found, "no answer has a reference"
                arguments = {"ref": found[0]}
            jsonschema.validate(arguments, tools[name].input_schema)
            result = await client.call_tool(name, arguments)
            assert not result.is_error, (name, arguments, result.content)
            answer = result.structured_content
            jsonschema.validate(answer, tools[name].output_schema)
            assert json.loads(result.content[0].text) == answer
            found += references(answer)
            print(f"answered: {mode} {name}")
        for name, arguments in REFUSED:
            result = await client.call_tool(name, arguments)
            assert result.is_error, (name, arguments, result.structured_content)
            print(f"refused: {mode} {name}: {result.content[0].text}")
        try:
            await client.call_tool("no_such_tool", {})
            raise AssertionError("a tool that does not exist has answered")
        except MCPError as error:
            assert error.error.code == -32602, error


for mode in MODES:
    anyio.run(check, sys.argv[1], mode)
