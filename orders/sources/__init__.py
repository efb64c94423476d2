"""Where orders come from by themselves: folders into which a till or shop puts its files."""
