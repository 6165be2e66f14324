//! Tests the list of tools, and their answers to questions about made-up calls.
