"""Everything of kbgate that is not HTTP: articles in, decisions out."""
