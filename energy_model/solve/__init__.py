"""From a scenario to arrays: stages of foresight, curtailment slices, certified optima."""
