// How the parts of this screen change something: the lists, rules and findings are asked for again afterwards.
export type Change = (work: () => Promise<unknown>) => Promise<unknown>
