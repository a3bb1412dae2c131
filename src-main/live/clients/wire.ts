// What the listener worker, where the sockets of source clients are, and the worker that decodes them say to each other.
// Only types: both workers import it.

/** The request line and headers of a source client, as they came; nothing of it is trusted. */
export interface ClientRequest {
  method: 'PUT' | 'SOURCE'
  /** Without the query. */
  path: string
  authorization: string | null
  contentType: string
  userAgent: string
  /** `ice-name`: what the client calls its stream. */
  streamName: string
  /** Of the peer, without its port. */
  address: string
}

/** A title from outside the stream: `/admin/metadata?mode=updinfo`. Values are bytes, one for each character. */
export interface TitleRequest {
  authorization: string | null
  /** `pass`, which old clients send in place of the header. */
  password: string | null
  mount: string
  mode: string
  song: string | null
  title: string | null
  artist: string | null
  charset: string
  address: string
}

export type ToClients =
  | { type: 'open'; id: number; request: ClientRequest }
  | { type: 'bytes'; id: number; bytes: Uint8Array }
  /** The client ended its stream, or its connection is gone. */
  | { type: 'end'; id: number; reason: string }
  | { type: 'title'; id: number; request: TitleRequest }

export type FromClients =
  /** 200 lets the client in. */
  | { type: 'answer'; id: number; status: number; message: string; retryAfterSeconds?: number | undefined }
  /** So many bytes more may be sent on. */
  | { type: 'credit'; id: number; bytes: number }
  | { type: 'cut'; id: number; reason: string }
