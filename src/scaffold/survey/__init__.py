"""Read what a repository is from its files; nothing of it is imported or run."""

from scaffold.survey.whole import Finding, Survey, read

__all__ = ["Finding", "Survey", "read"]
