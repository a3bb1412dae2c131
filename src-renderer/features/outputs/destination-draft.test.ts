import type { Destination } from '@contract/outputs'
import { outputsContract } from '@contract/outputs'
import { describe, expect, test } from 'vitest'
import { draftOf, draftProblems, inputOf, newDraft } from './destination-draft'

const kinds = ['telegram', 'rtmp', 'srt', 'icecast'] as const
const addresses = {
  telegram: 'rtmps://dc4-1.rtmp.t.me/s/',
  rtmp: 'rtmp://a.rtmp.youtube.com/live2',
  srt: 'srt://host.example.org:9000',
  icecast: 'icecast://host.example.org:8000/stream.mp3',
}
const createInput = outputsContract.destinations.create['~orpc'].inputSchema
const filled = (kind: (typeof kinds)[number]) => ({
  ...newDraft(kind),
  name: ' Channel ',
  serverUrl: addresses[kind],
  streamKey: 'secret',
})

describe('a new destination', () => {
  test('of every kind is accepted by the engine as the form sends it', async () => {
    for (const kind of kinds) {
      const result = await createInput?.['~standard'].validate(inputOf(filled(kind)))
      expect(result && 'issues' in result ? result.issues : undefined, kind).toBeUndefined()
    }
  })

  test('starts with a picture where the service wants one', () => {
    expect(kinds.map((kind) => newDraft(kind).video.enabled)).toEqual([true, true, false, false])
  })

  test('says what is missing before the engine is asked', () => {
    expect(draftProblems(newDraft('telegram'), false)).toEqual({ name: 'name', serverUrl: 'empty', streamKey: 'key' })
    expect(draftProblems(filled('telegram'), false)).toEqual({})
  })
})

describe('editing a destination', () => {
  const stored = {
    kind: 'telegram',
    name: 'Channel',
    serverUrl: addresses.telegram,
    streamKeyHint: 'f9Qx',
    video: { enabled: true, size: '640x360', framesPerSecond: 5, kbps: 400 },
    audioBitrateKbps: 160,
    format: 'aac',
  } as unknown as Destination

  test('with the key left empty keeps the stored key', () => {
    const draft = draftOf(stored)
    expect(draftProblems(draft, true)).toEqual({})
    expect(inputOf(draft)).not.toHaveProperty('streamKey')
  })

  test('sends a new key when one was typed', () => {
    expect(inputOf({ ...draftOf(stored), streamKey: ' new:key ' }).streamKey).toBe('new:key')
  })
})
