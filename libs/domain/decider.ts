/** One event: what happened and what was known. The subject stands in the type's name. */
export type Fact<Type extends string, Data extends object> = Readonly<{
  type: Type;
  data: Readonly<Data>;
}>;

/**
 * A pure decision: a command and a state give events, events give the next state.
 * `decide` throws a Refusal for an expected "no" and returns no event for a repeat;
 * `evolve` throws a plain Error for a history that could not have happened.
 */
export type Decider<State, Command, Event> = Readonly<{
  initial: State;
  decide: (command: Command, state: State) => readonly Event[];
  evolve: (state: State, event: Event) => State;
}>;

/** History that could not have happened is a corrupt stream: stop, do not guess. */
export function impossible(what: never | string, where: string): never {
  throw new Error(`impossible history: ${String(what)} in ${where}`);
}
