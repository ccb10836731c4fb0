// validatorUrl: null keeps the page from asking an outside service about the document.
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  persistAuthorization: true,
  validatorUrl: null,
  // The rest of the page has pushed down what the address named.
  onComplete: () => document.getElementById(location.hash.slice(1))?.scrollIntoView(),
});
