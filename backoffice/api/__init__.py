"""The ground of the HTTP API: keys, scopes, problems, strict bodies. Endpoints live with their feature."""
