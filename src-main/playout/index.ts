// What is on air now: planner, queue, log, and the engine behind them.
export { type Carts, createCarts } from './carts/carts'
export { createEngineHost, type EngineHost } from './engine/engine-host'
export { gainTowards } from './engine-item'
export { createLoudnessRecord, type LoudnessRecord } from './loudness-record/loudness-record'
export { createOfflineEngine } from './offline-engine'
export { createPlayout, type LiveMarkEvent, type Playout } from './playout'
export { createProgramRing, ProgramReader, sampleRate } from './program-ring'
export { createWavFile, longestWavSeconds } from './wav-file'
