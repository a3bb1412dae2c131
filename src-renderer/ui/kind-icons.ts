// One picture for each kind of track, the same in every list.
import type { TrackKind } from '@contract/library'
import {
  IconMessages,
  IconMicrophone2,
  IconMusic,
  IconSparkles,
  IconSpeakerphone,
  IconWaveSine,
  IconWind,
} from '@tabler/icons-react'

export const kindIcons = {
  music: IconMusic,
  jingle: IconSparkles,
  sweeper: IconWind,
  spot: IconSpeakerphone,
  speech: IconMicrophone2,
  talk: IconMessages,
  bed: IconWaveSine,
} as const satisfies Record<TrackKind, typeof IconMusic>
