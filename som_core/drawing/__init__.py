"""The one renderer: layers become a document, which a script draws on a page or in a file."""
