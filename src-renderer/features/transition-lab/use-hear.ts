// The join as the engine renders it, played in the page.
import type { JoinMarks } from '@contract/transitions'
import { useCallback, useEffect, useRef, useState } from 'react'
import { previewJoin } from '../../client'

interface Rendered {
  key: string
  url: string
  joinAtSeconds: number
}

export type HearState = 'silent' | 'rendering' | 'playing'

/** @param onProblem gets what went wrong */
export function useHear(queueId: number, onProblem: (error: unknown) => void) {
  const [state, setState] = useState<HearState>('silent')
  const audio = useRef<HTMLAudioElement>(null)
  const rendered = useRef<Rendered>(null)
  const asking = useRef<AbortController>(null)

  const stop = useCallback(() => {
    asking.current?.abort()
    audio.current?.pause()
    setState('silent')
  }, [])

  useEffect(
    () => () => {
      stop()
      if (rendered.current) URL.revokeObjectURL(rendered.current.url)
    },
    [stop],
  )

  async function hear(marks: JoinMarks, seconds: number): Promise<void> {
    stop()
    const abort = new AbortController()
    asking.current = abort
    const key = JSON.stringify([queueId, marks, seconds])
    try {
      if (rendered.current?.key !== key) {
        setState('rendering')
        const { wav, joinAtSeconds } = await previewJoin(queueId, { ...marks, seconds }, abort.signal)
        if (rendered.current) URL.revokeObjectURL(rendered.current.url)
        rendered.current = { key, url: URL.createObjectURL(wav), joinAtSeconds }
      }
      audio.current ??= new Audio()
      audio.current.src = rendered.current.url
      audio.current.onended = () => setState('silent')
      await audio.current.play()
      if (!abort.signal.aborted) setState('playing')
    } catch (error) {
      if (abort.signal.aborted) return
      setState('silent')
      onProblem(error)
    }
  }

  /** @returns seconds from the join to what sounds now, negative before it; null while nothing does */
  const position = useCallback(
    () =>
      audio.current && rendered.current && !audio.current.paused
        ? audio.current.currentTime - rendered.current.joinAtSeconds
        : null,
    [],
  )
  /** The rendered sound is out of date. */
  const forget = useCallback(() => {
    if (rendered.current) URL.revokeObjectURL(rendered.current.url)
    rendered.current = null
  }, [])
  return { state, hear, stop, position, forget }
}
