// Firing and stopping carts from buttons, keys and controllers alike. What happens is shown when the station says so.
import { create } from 'zustand'
import { client, describeError } from '../../client'
import { mayAs, useMeStore } from '../../stores'
import { showError } from '../../ui'

/** Carts that were pressed and have had no answer yet. */
export const useAsked = create<{ ids: ReadonlySet<number> }>(() => ({ ids: new Set() }))

async function ask(cartId: number, call: () => Promise<unknown>): Promise<void> {
  if (!mayAs(useMeStore.getState().me, 'presenter')) return
  useAsked.setState(({ ids }) => ({ ids: new Set(ids).add(cartId) }))
  try {
    await call()
  } catch (error) {
    showError(describeError(error))
  } finally {
    useAsked.setState(({ ids }) => ({ ids: new Set([...ids].filter((id) => id !== cartId)) }))
  }
}

/** @param force sounds at once although another voice does */
export const fireCart = (id: number, force = false): Promise<void> => ask(id, () => client.carts.play({ id, force }))

export const stopCart = (id: number): Promise<void> => ask(id, () => client.carts.stop({ id }))

export const stopAllCarts = (): Promise<void> => ask(0, () => client.carts.stopAll())
