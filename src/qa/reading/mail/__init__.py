"""Mails with their attachments."""
