//! Circles in a graph: its strongly connected components of more than one node.

use std::collections::{BTreeMap, BTreeSet};

/// Returns the circles of the graph with these edges, each with its nodes in order.
pub(super) fn circles<'a>(
    edges: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Vec<BTreeSet<&'a str>> {
    let mut next: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for (from, to) in edges {
        next.entry(from).or_default().insert(to);
    }
    let reachable: BTreeMap<_, _> = next
        .keys()
        .map(|from| (*from, reach(&next, from)))
        .collect();
    let mut circles = BTreeSet::new();
    for (from, reached) in &reachable {
        let reaches_back = |to: &&&str| reachable.get(*to).is_some_and(|of| of.contains(from));
        let circle: BTreeSet<_> = reached.iter().filter(reaches_back).copied().collect();
        if circle.len() > 1 {
            circles.insert(circle);
        }
    }
    circles.into_iter().collect()
}

/// Returns the nodes that a path of at least one edge leads to.
fn reach<'a>(next: &BTreeMap<&'a str, BTreeSet<&'a str>>, from: &'a str) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from];
    while let Some(node) = open.pop() {
        for to in next.get(node).into_iter().flatten() {
            if reached.insert(*to) {
                open.push(to);
            }
        }
    }
    reached
}
