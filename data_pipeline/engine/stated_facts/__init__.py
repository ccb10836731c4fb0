"""Facts that customers state in their messages: from text to typed values."""
