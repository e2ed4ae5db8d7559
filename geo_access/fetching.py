"""Fetching the open data of a département into a study's folder."""
