// Addresses of recorded sound, for audio elements and downloads.

/** The recorded program from an instant on; milliseconds since epoch. */
export const recordingListenUrl = (from: number, to: number): string =>
  `/api/recordings/listen?from=${Math.round(from)}&to=${Math.round(to)}`
/** A finished file, to be listened to (ranges) or kept. */
export const recordingFileUrl = (id: number, download: boolean): string =>
  `/api/recordings/files/${id}/file${download ? '?download' : ''}`
