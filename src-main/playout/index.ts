// What is on air now: planner, queue, log, and the engine behind them.

export { createEngineHost, type EngineHost, type EngineHostOptions } from './engine/engine-host'
export type {
  EngineCommand,
  EngineConfiguration,
  EngineEvent,
  EngineItem,
  LiveMode,
  LivePortMessage,
  PacingReport,
} from './engine/protocol'
export { gainTowards } from './engine-item'
export { createOfflineEngine, type OfflineEngine } from './offline-engine'
export { createPlayout, type LiveEvent, type Playout, type PlayoutDeps } from './playout'
export type { EnginePort, LibraryForPlayout } from './ports'
export { channels, createProgramRing, ProgramReader, ProgramWriter, sampleRate } from './program-ring'
export { createWavFile, longestWavSeconds, type WavFile } from './wav-file'
