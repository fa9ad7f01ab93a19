"""Finished orders leave the database whole: one file for each, with what stays true without it kept beside."""
