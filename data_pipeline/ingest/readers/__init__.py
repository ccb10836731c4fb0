"""One reader per format: bytes in, one `Article` out, or an `ArticleSourceError`."""
