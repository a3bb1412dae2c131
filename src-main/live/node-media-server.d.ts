// The parts of node-media-server 4.4.3 that the gate uses; the library ships no types.

declare module 'node-media-server/src/core/logger.js' {
  const logger: { log(message: string, level?: string): void }
  export default logger
}

declare module 'node-media-server/src/core/context.js' {
  import type BroadcastServer from 'node-media-server/src/server/broadcast_server.js'

  const context: {
    config: { bind?: string; rtmp?: { port: number } }
    broadcasts: Map<string, BroadcastServer>
  }
  export default context
}

declare module 'node-media-server/src/protocol/amf.js' {
  const amf: {
    encodeAmf0Cmd(command: Record<string, unknown>): Buffer
    encodeAmf0Data(data: Record<string, unknown>): Buffer
    decodeAmf0Cmd(payload: Buffer): Record<string, unknown>
    decodeAmf0Data(payload: Buffer): { cmd?: string; method?: string; dataObj?: Record<string, unknown> | null }
  }
  export default amf
}

declare module 'node-media-server/src/protocol/flv.js' {
  const flv: { createHeader(hasAudio: boolean, hasVideo: boolean): Buffer }
  export default flv
}

declare module 'node-media-server/src/protocol/rtmp.js' {
  export interface AvPacket {
    /** 8 audio, 9 video, 18 data. */
    codec_type: number
    codec_id: number
    size: number
    data: Buffer
  }

  export interface RtmpMessage {
    cmd?: string
    cmdObj?: unknown
    streamName?: unknown
  }

  export default class Rtmp {
    parserPacket: { header: { cid: number; length: number; type: number; stream_id: number }; bytes: number }
    inPackets: Map<number, unknown>
    inChunkSize: number
    streamApp?: unknown
    streamId: number
    connectCmdObj?: Record<string, unknown>
    onOutputCallback: (buffer: Buffer) => void
    onPacketCallback: (packet: AvPacket) => void
    packetParse(): void
    controlHandler(): void
    invokeHandler(): void
    onPublish(message: RtmpMessage): void
    onPlay(message: RtmpMessage): void
    onDeleteStream(message: RtmpMessage): void
    sendStreamStatus(event: number, value: number): void
    sendStatusMessage(streamId: number, level: string, code: string, description: string): void
  }
}

declare module 'node-media-server/src/session/base_session.js' {
  export default class BaseSession {
    id: string
    ip: string
    protocol: string
    streamPath: string
    sendBuffer: (buffer: Buffer) => void
    close: () => void
  }
}

declare module 'node-media-server/src/session/rtmp_session.js' {
  import type { Socket } from 'node:net'
  import type Rtmp from 'node-media-server/src/protocol/rtmp.js'
  import type { AvPacket } from 'node-media-server/src/protocol/rtmp.js'
  import type BroadcastServer from 'node-media-server/src/server/broadcast_server.js'
  import BaseSession from 'node-media-server/src/session/base_session.js'

  export default class RtmpSession extends BaseSession {
    constructor(socket: Socket)
    rtmp: Rtmp
    broadcast: BroadcastServer
    run: () => void
    onData: (data: Buffer) => void
    onPacket: (packet: AvPacket) => void
  }
}

declare module 'node-media-server/src/server/broadcast_server.js' {
  import type BaseSession from 'node-media-server/src/session/base_session.js'

  export default class BroadcastServer {
    streamPath: string
    publisher: BaseSession | null
    subscribers: Map<string, BaseSession>
    postPlay(session: BaseSession): string | null
    donePlay(session: BaseSession): void
    donePublish(session: BaseSession): void
    _finishPublish(): void
  }
}

declare module 'node-media-server/src/server/rtmp_server.js' {
  import type { Server } from 'node:net'

  export default class NodeRtmpServer {
    tcpServer: Server
  }
}
