"""What processes of one user share: the runtime folder, mailboxes and rings in shared memory."""
