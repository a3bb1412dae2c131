// Files on their way from this computer into the library, two at a time; large ones in resumable chunks.
// Outlives the screen: whoever leaves the library and comes back finds the uploads still running.
import { create } from 'zustand'
import { describeError, uploadTrack } from '../../../client'

export interface Upload {
  id: string
  name: string
  sizeBytes: number
  state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled'
  /** 0 to 1. */
  fraction: number
  why: string | null
}

const atOnce = 2
/** From here on a broken connection costs one chunk and not the whole file. */
const resumableFromBytes = 50_000_000
const chunkBytes = 8_000_000
const audioName = /\.(mp3|flac|ogg|oga|opus|m4a|mp4|aac|wav|wave|aif|aiff|wma)$/i

export const useUploads = create<{ uploads: Upload[] }>(() => ({ uploads: [] }))

const files = new Map<string, File>()
const aborts = new Map<string, AbortController>()
let running = 0

const change = (id: string, values: Partial<Upload>) =>
  useUploads.setState(({ uploads }) => ({
    uploads: uploads.map((upload) => (upload.id === id ? { ...upload, ...values } : upload)),
  }))

/** @param notAudio what to say about a file that is not sent at all */
export function addUploads(chosen: Iterable<File>, notAudio: string): void {
  const added = [...chosen].map((file): Upload => {
    const id = crypto.randomUUID()
    const audio = audioName.test(file.name) || file.type.startsWith('audio/')
    if (audio) files.set(id, file)
    return {
      id,
      name: file.name,
      sizeBytes: file.size,
      state: audio ? 'waiting' : 'failed',
      fraction: 0,
      why: audio ? null : notAudio,
    }
  })
  useUploads.setState(({ uploads }) => ({ uploads: [...uploads, ...added] }))
  next()
}

export function cancelUpload(id: string): void {
  aborts.get(id)?.abort()
  files.delete(id)
  change(id, { state: 'cancelled' })
}

/** Takes what has ended off the list. */
export function clearEnded(): void {
  useUploads.setState(({ uploads }) => ({
    uploads: uploads.filter(({ state }) => state === 'waiting' || state === 'running'),
  }))
}

function next(): void {
  if (running >= atOnce) return
  const waiting = useUploads.getState().uploads.find((upload) => upload.state === 'waiting')
  const file = waiting && files.get(waiting.id)
  if (!waiting || !file) return
  running += 1
  void send(waiting.id, file).finally(() => {
    running -= 1
    files.delete(waiting.id)
    aborts.delete(waiting.id)
    next()
  })
  next()
}

async function send(id: string, file: File): Promise<void> {
  const abort = new AbortController()
  aborts.set(id, abort)
  change(id, { state: 'running' })
  const onProgress = (fraction: number) => change(id, { fraction })
  try {
    if (file.size > resumableFromBytes) await sendInChunks(file, onProgress, abort.signal)
    else await uploadTrack(file, onProgress, abort.signal)
    change(id, { state: 'done', fraction: 1 })
  } catch (error) {
    if (!abort.signal.aborted) change(id, { state: 'failed', why: describeError(error) })
  }
}

async function sendInChunks(file: File, onProgress: (fraction: number) => void, signal: AbortSignal): Promise<void> {
  const { Upload: TusUpload } = await import('tus-js-client')
  await new Promise<void>((resolve, reject) => {
    const upload = new TusUpload(file, {
      endpoint: '/api/uploads',
      chunkSize: chunkBytes,
      retryDelays: [0, 1000, 3000, 5000, 10_000],
      metadata: { filename: file.name, filetype: file.type },
      removeFingerprintOnSuccess: true,
      onProgress: (sent, total) => onProgress(total === null ? 0 : sent / total),
      onSuccess: () => resolve(),
      onError: reject,
    })
    signal.addEventListener('abort', () => {
      void upload.abort(true)
      reject(signal.reason)
    })
    void upload.findPreviousUploads().then(([previous]) => {
      if (previous) upload.resumeFromPreviousUpload(previous)
      upload.start()
    })
  })
}
