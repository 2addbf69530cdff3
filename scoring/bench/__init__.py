"""An open benchmark: seed one error at a time into clean reports and see whether the check finds it."""
