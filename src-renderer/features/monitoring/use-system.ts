// Readings of processor, memory and pacing while somebody looks, and the samples of the last minutes.
import type { System } from '@contract/monitoring'
import { useEffect } from 'react'
import { create } from 'zustand'
import { client, stationNow } from '../../client'
import { SampleWindow } from './sample-window'

export const windowMinutes = 10
const pollMs = 2000
export const sampleNames = ['cpu', 'memory', 'lateness', 'system'] as const
export type SampleName = (typeof sampleNames)[number]

/** Kept when the screen is left: coming back shows the readings from before, with a gap. */
export const samples = new SampleWindow<SampleName>(sampleNames, windowMinutes * 60)

interface SystemStore {
  system: System | null
  error: unknown
  /** Grows with every reading, so that the charts draw. */
  readings: number
}

export const useSystemStore = create<SystemStore>(() => ({ system: null, error: null, readings: 0 }))

export async function readSystem(): Promise<void> {
  try {
    const system = await client.monitoring.system()
    samples.add(stationNow(), {
      cpu: system.cpuPercent,
      memory: system.memoryMb,
      lateness: system.pacing.blocks > 0 ? system.pacing.lateP99Ms : null,
      system: system.systemCpuPercent,
    })
    useSystemStore.setState(({ readings }) => ({ system, error: null, readings: readings + 1 }))
  } catch (error) {
    useSystemStore.setState({ error })
  }
}

export function useSystem(): SystemStore {
  useEffect(() => {
    void readSystem()
    const timer = setInterval(() => void readSystem(), pollMs)
    return () => clearInterval(timer)
  }, [])
  return useSystemStore()
}
