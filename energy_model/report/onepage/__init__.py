"""One page to hand over: a scenario, or a country in it, described once, written as PDF, Word, PowerPoint or HTML."""
