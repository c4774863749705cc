// A file of its own: the Content-Security-Policy lets no inline script run.
SwaggerUIBundle({ url: "/openapi.json", dom_id: "#swagger-ui" });
