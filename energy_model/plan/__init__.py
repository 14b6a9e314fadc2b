"""From a scenario to arrays: stages of knowledge, rules of sharing, certified optima."""
