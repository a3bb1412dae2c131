// The roles by themselves: the page that asks for them need not load the whole contract.

/** Roles from most to least; each may do what the ones after it may. */
export const roles = ['owner', 'programmer', 'presenter', 'viewer'] as const
export type Role = (typeof roles)[number]
