// A file of its own, because the Content-Security-Policy lets no inline script run.
SwaggerUIBundle({ url: "/openapi.json", dom_id: "#swagger-ui" });
