// Puts values into the tags of an open file, the way each kind of tag keeps them. Only what differs is touched.

import type { tagFields } from '@contract/library'
import {
  ByteVector,
  type File,
  type Id3v2CommentsFrame,
  Id3v2FrameClassType,
  type Id3v2FrameIdentifier,
  Id3v2FrameIdentifiers,
  type Id3v2Tag,
  type InfoTag,
  type Mpeg4AppleTag,
  Picture,
  PictureType,
  StringType,
  TagTypes,
  type XiphComment,
} from 'node-taglib-sharp'
import type { Container } from './container'
import type { TrackFacts } from './read-track'

export type WrittenField = (typeof tagFields)[number]
export type TagValues = Pick<TrackFacts, WrittenField | 'artists'>

/** Kinds of tags that are made where a file has none. */
const madeFor: Partial<Record<Container, TagTypes>> = {
  mp3: TagTypes.Id3v2,
  aac: TagTypes.Id3v2,
  aiff: TagTypes.Id3v2,
  wav: TagTypes.Id3v2 | TagTypes.RiffInfo,
  flac: TagTypes.Xiph,
  mp4: TagTypes.Apple,
}

/** WAV files get tags of films otherwise. */
const unwanted = TagTypes.MovieId | TagTypes.DivX

export const mimeTypes: Partial<Record<Container, string>> = {
  mp3: 'audio/mpeg',
  aac: 'audio/aac',
  flac: 'audio/x-flac',
  ogg: 'audio/ogg',
  mp4: 'audio/mp4',
  wav: 'audio/wav',
  aiff: 'audio/aiff',
}

interface Places {
  id3: Id3v2Tag | undefined
  xiph: XiphComment | undefined
  apple: Mpeg4AppleTag | undefined
  info: InfoTag | undefined
}

const itunes = 'com.apple.iTunes'

/** @param fields those that are written; the others stay as they are */
export function setTags(file: File, container: Container, values: TagValues, fields: readonly WrittenField[]): void {
  const before = file.tagTypesOnDisk
  const wanted = madeFor[container] ?? TagTypes.None
  for (const type of [TagTypes.Id3v2, TagTypes.RiffInfo, TagTypes.Xiph, TagTypes.Apple]) {
    if (wanted & type) file.getTag(type, true)
  }
  file.removeTags(unwanted & ~before)
  const places: Places = {
    id3: file.getTag(TagTypes.Id3v2, false) as Id3v2Tag | undefined,
    xiph: file.getTag(TagTypes.Xiph, false) as XiphComment | undefined,
    apple: file.getTag(TagTypes.Apple, false) as Mpeg4AppleTag | undefined,
    info: file.getTag(TagTypes.RiffInfo, false) as InfoTag | undefined,
  }
  // Several artists, and texts with a slash in them, are kept whole by this version only.
  if (places.id3) places.id3.version = 4
  for (const field of fields) {
    setField(file, places, values, field)
    if (places.info) setInfo(places.info, values, field)
  }
}

/** Names that programs use in WAV files; the first one is what is written. */
const infoNames: Partial<Record<WrittenField, string[]>> = {
  title: ['INAM', 'TITL'],
  artist: ['IART'],
  album: ['IPRD', 'IRPD', 'DIRC'],
  genre: ['IGNR', 'GNRE'],
  year: ['ICRD', 'YEAR'],
  trackNumber: ['IPRT', 'ITRK'],
  comment: ['ICMT', 'COMM'],
}

/** What is left in a name of another program would be read again. */
function setInfo(info: InfoTag, values: TagValues, field: WrittenField): void {
  const names = infoNames[field] ?? []
  info.stringType = StringType.UTF8
  for (const name of names) info.removeValue(name)
  const text = String(values[field] ?? '')
  if (names[0] && text !== '') info.setValuesFromStrings(names[0], [text])
}

const textOrNone = (text: string): string[] => (text === '' ? [] : [text])

function setField({ tag }: File, places: Places, values: TagValues, field: WrittenField): void {
  switch (field) {
    case 'title':
    case 'album':
      tag[field] = values[field]
      return
    case 'artist':
      setArtists(tag, places, values)
      return
    case 'genre':
      tag.genres = textOrNone(values.genre)
      return
    case 'year':
      tag.year = values.year ?? 0
      return
    case 'trackNumber':
      tag.track = values.trackNumber ?? 0
      return
    case 'comment':
      setComment(tag, places, values.comment)
      return
    case 'composer':
      tag.composers = textOrNone(values.composer)
      return
    case 'label':
      tag.publisher = values.label
      places.xiph?.setFieldAsStrings('LABEL', ...textOrNone(values.label))
      places.apple?.setItunesStrings(itunes, 'LABEL', ...textOrNone(values.label))
      return
    case 'isrc':
      tag.isrc = values.isrc
      return
    case 'language':
      places.id3?.setTextFrame(Id3v2FrameIdentifiers['TLAN'] as Id3v2FrameIdentifier, ...textOrNone(values.language))
      places.xiph?.setFieldAsStrings('LANGUAGE', ...textOrNone(values.language))
      places.apple?.setItunesStrings(itunes, 'LANGUAGE', ...textOrNone(values.language))
  }
}

/** Comments in the way of Ogg and FLAC hold several; the others one text, parted by semicolons as the import reads it. */
function setArtists(tag: File['tag'], { xiph }: Places, { artist, artists }: TagValues): void {
  const several = artists.length > 1 && artists.join(', ') === artist
  if (!several) tag.performers = textOrNone(artist)
  else tag.performers = xiph ? artists : [artists.join('; ')]
}

function setComment(tag: File['tag'], { id3, xiph }: Places, comment: string): void {
  if (id3) {
    // What players keep of volume and gaps among the comments stays.
    for (const frame of id3.getFramesByClassType<Id3v2CommentsFrame>(Id3v2FrameClassType.CommentsFrame)) {
      if (!/^(iTun|Songs-DB)/.test(frame.description)) id3.removeFrame(frame)
    }
  }
  xiph?.removeField('DESCRIPTION')
  xiph?.removeField('COMMENT')
  if (comment !== '' || !id3) tag.comment = comment
}

/** Puts one picture in place of the cover; pictures of the band and the like stay. Null takes the cover away. */
export function setCover(file: File, bytes: Uint8Array | null): void {
  const others = file.tag.pictures.filter(({ type }) => type !== PictureType.FrontCover && type !== PictureType.Other)
  if (bytes === null) {
    file.tag.pictures = others
    return
  }
  const cover = Picture.fromData(ByteVector.fromByteArray(bytes))
  cover.type = PictureType.FrontCover
  file.tag.pictures = [cover, ...others]
}
