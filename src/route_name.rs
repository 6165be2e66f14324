//! Names of the flows of routes.

/// Methods that HTTP defines. Clients can make up any number of others.
const METHODS: [&str; 9] = [
    "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE",
];

/// Returns the flow of requests with `method` to the route with this template, such as
/// `GET /orders/{id}`; with `_OTHER` for a method that HTTP does not define.
pub(crate) fn route_name(method: &str, template: &str) -> String {
    let known = METHODS.iter().find(|&&known| known == method);
    format!("{} {template}", known.unwrap_or(&"_OTHER"))
}
