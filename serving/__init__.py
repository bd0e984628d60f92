"""What stands between the network and the pages: headers, and a log of requests."""
