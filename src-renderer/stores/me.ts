// Who sits here and what they may do; the station checks every call again.
import type { Me } from '@contract/access'
import { type Role, roles } from '@contract/roles'
import { useCallback } from 'react'
import { create } from 'zustand'

export const useMeStore = create<{ me: Me | null }>(() => ({ me: null }))

/** Null until the station has said. */
export const useMe = (): Me | null => useMeStore((store) => store.me)

/** Roles go from most to least; each may do what the ones after it may. */
export const mayAs = (me: Me | null, least: Role): boolean =>
  me !== null && roles.indexOf(me.role) <= roles.indexOf(least)

/** @returns whether the person here has at least this role. */
export function useMay(): (least: Role) => boolean {
  const me = useMe()
  return useCallback((least: Role) => mayAs(me, least), [me])
}
