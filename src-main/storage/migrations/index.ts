// Every step of the database, in order. A room adds its own numbered file; a released step is never changed again.

import type { Migration } from '../migrate'
import { migration as access } from './001-access'
import { migration as library } from './002-library'
import { migration as playlists } from './003-playlists'
import { migration as playout } from './004-playout'
import { migration as outputs } from './005-outputs'
import { migration as live } from './006-live'
import { migration as monitoring } from './007-monitoring'
import { migration as storage } from './008-storage'
import { migration as analysis } from './009-analysis'
import { migration as transitions } from './010-transitions'
import { migration as loudness } from './011-loudness'
import { migration as carts } from './012-carts'
import { migration as guestLinks } from './013-guest-links'
import { migration as sourceClients } from './014-source-clients'
import { migration as recorder } from './016-recorder'
import { migration as drills } from './017-drills'
import { migration as catalogue } from './018-catalogue'
import { migration as metadata } from './019-metadata'
import { migration as playlistFolders } from './020-playlists'
import { migration as rotation } from './021-rotation'
import { migration as rights } from './022-rights'
import { migration as search } from './023-search'
import { migration as places } from './024-places'
import { migration as editors } from './025-editors'

export const migrations: readonly Migration[] = [
  access,
  library,
  playlists,
  playout,
  outputs,
  live,
  monitoring,
  storage,
  analysis,
  transitions,
  loudness,
  carts,
  guestLinks,
  sourceClients,
  recorder,
  drills,
  catalogue,
  metadata,
  playlistFolders,
  rotation,
  rights,
  search,
  places,
  editors,
]
