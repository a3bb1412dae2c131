// The OpenAPI 3.1 description: the contract's part is generated, the routes that carry bytes are added by hand.
import { setupInput, signInInput } from '@contract/access'
import { contract } from '@contract/index'
import { jobSchema, trackSchema } from '@contract/library'
import { csvFileSchema } from '@contract/metadata'
import { destinationSchema } from '@contract/outputs'
import { playlistFormats, playlistImportSchema } from '@contract/playlist-files'
import { playlistSchema } from '@contract/playlists'
import { airSchema, queueItemSchema } from '@contract/playout'
import { ruleGroupSchema } from '@contract/track-fields'
import { joinPreviewInput } from '@contract/transitions'
import { type OpenAPI, OpenAPIGenerator } from '@orpc/openapi'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'
import * as z from 'zod'

const errorSchema: OpenAPI.SchemaObject = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: { code: { type: 'string' }, message: { type: 'string' }, details: { type: 'object' } },
    },
  },
}

const jsonSchema = (schema: z.ZodType) => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input' })
  return rest as OpenAPI.SchemaObject
}
const json = (schema: OpenAPI.SchemaObject | OpenAPI.ReferenceObject) => ({
  content: { 'application/json': { schema } },
})
const trackParameter = { name: 'id', in: 'path', required: true, schema: { type: 'integer', minimum: 1 } } as const
const bytes = (summary: string, type: string, tag = 'Library') => ({
  summary,
  tags: [tag],
  parameters: [trackParameter],
  responses: { 200: { description: 'OK', content: { [type]: { schema: { type: 'string', format: 'binary' } } } } },
})
const track = { $ref: '#/components/schemas/Track' } as const

const bodyOf = (type: string) => ({
  ...{ required: true, content: { [type]: { schema: { type: 'string', format: 'binary' } as const } } },
})
const pictureSchema: OpenAPI.SchemaObject = {
  type: 'object',
  properties: { picture: { type: 'string' }, width: { type: 'integer' }, height: { type: 'integer' } },
}
const exportOf = (type: string, summary: string) => ({
  ...{ summary, tags: ['Metadata'] },
  parameters: ['q', 'kind', 'state', 'artist', 'album', 'genre', 'playlistId'].map((name) => ({
    ...{ name, in: 'query' as const, required: false, schema: { type: 'string' as const } },
  })),
  responses: { 200: { description: 'OK', content: { [type]: { schema: { type: 'string' as const } } } } },
})

const waveformParameters = (['points', 'perSecond', 'from', 'to'] as const).map((name) => ({
  ...{ name, in: 'query', required: false, schema: { type: 'number', minimum: 0 } },
  description: {
    points: 'How many peaks',
    perSecond: 'How many peaks a second',
    from: 'Seconds from the start of the file',
    to: 'Seconds from the start of the file',
  }[name],
}))

const exportParameters = [
  { name: 'format', in: 'query', required: false, schema: { type: 'string', enum: [...playlistFormats] } },
  { name: 'paths', in: 'query', required: false, schema: { type: 'string', enum: ['absolute', 'relative'] } },
  {
    ...{ name: 'base', in: 'query', required: false, schema: { type: 'string' } },
    description: 'The folder relative paths start from; the innermost that holds all tracks unless told',
  },
] as const

const rawPaths = {
  '/api/auth/setup': {
    post: {
      summary: 'Make the owner account from the one-time link',
      tags: ['Access'],
      security: [],
      requestBody: { required: true, ...json(jsonSchema(setupInput)) },
      responses: { 201: { description: 'Signed in; sets the session cookie' } },
    },
  },
  '/api/auth/sign-in': {
    post: {
      summary: 'Sign in',
      tags: ['Access'],
      security: [],
      requestBody: { required: true, ...json(jsonSchema(signInInput)) },
      responses: { 200: { description: 'Signed in; sets the session cookie' } },
    },
  },
  '/api/auth/sign-out': {
    post: { summary: 'Sign out', tags: ['Access'], security: [], responses: { 200: { description: 'Signed out' } } },
  },
  '/api/tracks/{id}/file': { get: { ...bytes('The audio file; byte ranges are answered', 'audio/*') } },
  '/api/tracks/{id}/artwork': {
    get: { ...bytes('The artwork; size=thumbnail for a small one', 'image/*') },
    put: {
      ...{ summary: 'Replace the artwork: a JPEG, PNG or WebP as the body', tags: ['Metadata'] },
      ...{
        parameters: [trackParameter],
        requestBody: bodyOf('image/*'),
        responses: { 200: { description: 'The track', ...json(track) } },
      },
    },
    delete: {
      ...{ summary: 'Take the artwork away', tags: ['Metadata'], parameters: [trackParameter] },
      responses: { 200: { description: 'The track', ...json(track) } },
    },
  },
  '/api/library/pictures': {
    post: {
      ...{ summary: 'Send a picture for many tracks; its name is for the set of a batch', tags: ['Metadata'] },
      ...{
        requestBody: bodyOf('image/*'),
        responses: { 201: { description: 'Its name and size', ...json(pictureSchema) } },
      },
    },
  },
  '/api/library/export.csv': { get: exportOf('text/csv', 'The library as a table; delimiter=semicolon or tab') },
  '/api/library/export.json': { get: exportOf('application/json', 'The library as a list of tracks') },
  '/api/library/csv': {
    post: {
      ...{ summary: 'Send a table for taking over: its first line names the columns', tags: ['Metadata'] },
      ...{
        requestBody: bodyOf('text/csv'),
        responses: { 201: { description: 'What it is', ...json(jsonSchema(csvFileSchema)) } },
      },
    },
  },
  '/api/tracks/{id}/waveform': {
    get: {
      summary:
        'Peaks of a track, or of a part of it, 0 to 1: 2,000 over the whole unless asked otherwise, at most 50 a second',
      tags: ['Library'],
      parameters: [trackParameter, ...waveformParameters],
      responses: {
        200: {
          description: 'OK',
          ...json({
            type: 'object',
            properties: {
              durationSeconds: { type: 'number' },
              fromSeconds: { type: 'number' },
              toSeconds: { type: 'number' },
              peaksPerSecond: { type: 'number' },
              peaks: { type: 'array', items: { type: 'number' } },
            },
          }),
        },
      },
    },
  },
  '/api/playlists/{id}/export': {
    get: {
      ...bytes(
        'A playlist as a file: format m3u8, m3u, pls, xspf or csv; paths absolute or relative',
        '*/*',
        'Playlists',
      ),
      parameters: [trackParameter, ...exportParameters],
    },
  },
  '/api/rotation/rehearse/{id}/export': {
    get: {
      ...bytes('A rehearsal as a table: its schedule, or plays by track or artist', 'text/csv', 'Rotation'),
      parameters: [
        { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
        ...[
          { name: 'table', in: 'query', required: false, schema: { enum: ['schedule', 'tracks', 'artists'] } },
          {
            ...{ name: 'timezone', in: 'query', required: false, schema: { type: 'string' } },
            description: 'Of the times in the schedule, as Europe/Berlin; UTC unless told',
          },
        ],
      ],
    },
  },
  '/api/queue/{id}/join/preview': {
    post: {
      ...bytes('Hear this join as the engine renders it', 'audio/wav', 'Transitions'),
      requestBody: { required: false, ...json(jsonSchema(joinPreviewInput)) },
    },
  },
  '/api/uploads': {
    post: {
      summary: 'Begin a resumable upload (tus 1.0)',
      tags: ['Library'],
      responses: { 201: { description: 'Created; go on at the address in Location' } },
    },
  },
  '/metrics': {
    get: {
      summary: 'The numbers, for Prometheus',
      tags: ['Monitoring'],
      responses: { 200: { description: 'OK', content: { 'text/plain': { schema: { type: 'string' } } } } },
    },
  },
} as const

const uploadOperation = {
  summary: 'Upload tracks',
  tags: ['Library'],
  requestBody: {
    required: true,
    content: {
      'multipart/form-data': {
        schema: { type: 'object', required: ['file'], properties: { file: { type: 'string', format: 'binary' } } },
      },
    },
  },
  responses: { 201: { description: 'The track; a list where several files were sent', ...json(track) } },
} as const

/** @returns a function that answers with the document, made on first use */
export function createOpenApi(
  router: Parameters<OpenAPIGenerator['generate']>[0],
  version: string,
): () => Promise<OpenAPI.Document> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] })
  let made: Promise<OpenAPI.Document> | undefined
  const make = async () => {
    const document = await generator.generate(router, {
      info: { title: 'Wavedesk', version, description: 'Everything the studio can do.' },
      components: {
        securitySchemes: {
          key: { type: 'http', scheme: 'bearer' },
          session: { type: 'apiKey', in: 'cookie', name: 'wavedesk_session' },
        },
        schemas: { Error: errorSchema },
      },
      security: [{ key: [] }, { session: [] }],
      commonSchemas: {
        Track: { schema: trackSchema },
        Job: { schema: jobSchema },
        Playlist: { schema: playlistSchema },
        PlaylistImport: { schema: playlistImportSchema },
        RuleGroup: { schema: ruleGroupSchema },
        Air: { schema: airSchema },
        QueueItem: { schema: queueItemSchema },
        Destination: { schema: destinationSchema },
      },
      customErrorResponseBodySchema: () => ({ $ref: '#/components/schemas/Error' }),
    })
    const paths = (document.paths ?? {}) as Record<string, Record<string, unknown>>
    for (const [path, item] of Object.entries(rawPaths)) paths[path] = { ...paths[path], ...item }
    paths['/api/tracks'] = { ...paths['/api/tracks'], post: uploadOperation }
    return { ...document, paths: paths as OpenAPI.PathsObject }
  }
  return () => {
    made ??= make()
    return made
  }
}

/** The description of the contract alone, as committed in docs/openapi.json. */
export const describeContract = (version: string) => createOpenApi(contract, version)()
