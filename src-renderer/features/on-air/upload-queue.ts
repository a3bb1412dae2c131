// Files dropped on the desk: sent one after another, then queued. Waits for the station to have decoded each.
import type { Track } from '@contract/library'
import { create } from 'zustand'
import { client, describeError, uploadTrack } from '../../client'

export interface Upload {
  id: number
  name: string
  /** Sent so far, 0 to 1. */
  fraction: number
  state: 'waiting' | 'sending' | 'checking' | 'queued' | 'failed'
  /** Why it failed. */
  problem: string | null
}

interface UploadStore {
  uploads: Upload[]
  add(files: File[]): void
  dismiss(): void
}

const pollMs = 400
const decodeTimeoutMs = 60_000
let lastId = 0
let tail: Promise<void> = Promise.resolve()

export const useUploads = create<UploadStore>((set) => {
  const change = (id: number, part: Partial<Upload>) =>
    set(({ uploads }) => ({ uploads: uploads.map((upload) => (upload.id === id ? { ...upload, ...part } : upload)) }))

  const send = async (id: number, file: File) => {
    try {
      change(id, { state: 'sending' })
      const track = await uploadTrack(file, (fraction) => change(id, { fraction }))
      change(id, { state: 'checking', fraction: 1 })
      const playable = await untilDecoded(track)
      if (playable.state !== 'playable') {
        change(id, { state: 'failed', problem: playable.problem })
        return
      }
      await client.playout.queue.add({ trackId: playable.id, position: 'end' })
      change(id, { state: 'queued' })
    } catch (error) {
      change(id, { state: 'failed', problem: describeError(error) })
    }
  }

  return {
    uploads: [],
    add: (files) => {
      for (const file of files) {
        lastId += 1
        const id = lastId
        set(({ uploads }) => ({
          uploads: [...uploads, { id, name: file.name, fraction: 0, state: 'waiting', problem: null }],
        }))
        tail = tail.then(() => send(id, file))
      }
    },
    dismiss: () =>
      set(({ uploads }) => ({
        uploads: uploads.filter((upload) => upload.state !== 'queued' && upload.state !== 'failed'),
      })),
  }
})

/** A track can be queued once it has been decoded, not before. */
async function untilDecoded(track: Track): Promise<Track> {
  const until = Date.now() + decodeTimeoutMs
  let newest = track
  while (newest.state === 'pending' && Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, pollMs))
    newest = await client.library.tracks.get({ id: track.id })
  }
  return newest
}
