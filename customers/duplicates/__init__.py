"""The page of likely duplicates: compared, merged, or told apart."""
