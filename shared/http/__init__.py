"""What HTTP needs in every program: identity, problems, paging, the calling of a service."""
