// The demo station: music, a playlist and jingles that come with the product.
import { client, useAction } from '../../../client'

/** @returns [add, asked]; progress shows as a job. */
export function useDemo(): [() => Promise<unknown>, boolean] {
  return useAction(() => client.library.importDemo())
}
