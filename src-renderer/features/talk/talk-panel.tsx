// TALK: the studio's microphone, with its level before air, how it goes on air, and what its speaker hears.
import {
  ActionIcon,
  Button,
  Checkbox,
  Popover,
  SegmentedControl,
  Select,
  Slider,
  Stack,
  Switch,
  Tooltip,
} from '@mantine/core'
import { IconMicrophone, IconMicrophoneOff, IconSettings, IconX } from '@tabler/icons-react'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay, useMeterLane, useTopic } from '../../stores'
import { formatLevel, KeyHint, LevelMeter, LiveText, SectionTitle, steadily } from '../../ui'
import { UnderMusic } from '../loudness/under-music'
import {
  choose,
  closeMicrophone,
  listDevices,
  type Mode,
  microphonePeak,
  openMicrophone,
  setMonitoring,
  setMuted,
  toggleTalk,
  useMicrophone,
} from './microphone'
import classes from './talk-panel.module.css'

const silentDbfs = -120
const peakDbfs = () => {
  const peak = microphonePeak()
  return peak > 1e-6 ? 20 * Math.log10(peak) : silentDbfs
}

export function TalkPanel() {
  const { t } = useTranslation('talk')
  const may = useMay()
  if (!may('presenter')) return null
  return (
    <section aria-label={t('title')}>
      <SectionTitle>{t('title')}</SectionTitle>
      <Microphone />
    </section>
  )
}

function Microphone() {
  const { t } = useTranslation('talk')
  const { phase, problem, choice, sourceId, muted, monitoring } = useMicrophone()
  const { onAir } = useTopic('air')
  const source = useTopic('live').sources.find(({ id }) => id === sourceId)
  const airing = source?.state === 'onAir'
  return (
    <div className={classes.card} data-air={airing || undefined}>
      <div className={classes.row}>
        <Tooltip label={t('needsAir')} disabled={onAir}>
          <Button
            className={classes.talk}
            variant={airing ? 'danger' : 'filled'}
            leftSection={<IconMicrophone size={16} />}
            loading={phase === 'opening'}
            data-disabled={!onAir || undefined}
            aria-disabled={!onAir}
            aria-pressed={airing}
            onClick={() => onAir && void toggleTalk()}
          >
            {airing ? t('stop') : t('talk')}
            <KeyHint>T</KeyHint>
          </Button>
        </Tooltip>
        <Tooltip label={muted ? t('unmute') : t('mute')}>
          <ActionIcon
            size={32}
            variant={muted ? 'filled' : 'default'}
            color={muted ? 'red' : undefined}
            disabled={phase !== 'open'}
            aria-pressed={muted}
            aria-label={muted ? t('unmute') : t('mute')}
            onClick={() => setMuted(!muted)}
          >
            <IconMicrophoneOff size={16} />
          </ActionIcon>
        </Tooltip>
        <Setup />
      </div>
      {phase === 'open' ? <Level airing={airing} muted={muted} /> : null}
      <SegmentedControl
        fullWidth
        size="xs"
        aria-label={t('mode')}
        value={choice.mode}
        disabled={airing}
        onChange={(mode) => void choose({ mode: mode as Mode })}
        data={[
          { value: 'talkover', label: t('modes.talkover') },
          { value: 'full', label: t('modes.full') },
        ]}
      />
      {phase === 'open' ? (
        <>
          <Switch
            size="xs"
            label={t('monitor')}
            checked={monitoring}
            onChange={(event) => setMonitoring(event.currentTarget.checked)}
          />
          {monitoring ? (
            <>
              <Slider
                size="sm"
                min={0}
                max={1}
                step={0.01}
                label={null}
                thumbLabel={t('volume')}
                value={choice.volume}
                onChange={(volume) => void choose({ volume })}
              />
              <p className={classes.note}>{t('headphones')}</p>
            </>
          ) : null}
        </>
      ) : null}
      {problem ? (
        <p className={classes.problem} role="alert">
          {t(`problem.${problem}`)}
        </p>
      ) : null}
    </div>
  )
}

function Level({ airing, muted }: { airing: boolean; muted: boolean }) {
  const { t } = useTranslation('talk')
  const lane = useMeterLane()
  const { sourceId } = useMicrophone()
  const latency = () => lane.latest?.live.find((reading) => reading.sourceId === sourceId)?.latencySeconds
  return (
    <div>
      <LevelMeter label={t('level')} peakDbfs={() => (muted ? silentDbfs : peakDbfs())} height={10} />
      <div className={classes.figures}>
        <span>{muted ? t('muted') : airing ? t('onAir') : t('ready')}</span>
        <UnderMusic sourceId={sourceId} />
        <LiveText className="mono" title={t('peak')} text={steadily(() => formatLevel(peakDbfs(), 0))} />
        <LiveText
          className="mono"
          title={t('latencyHint')}
          text={steadily(() => {
            const seconds = latency()
            return seconds === undefined ? '' : t('latency', { ms: Math.round(seconds * 100) * 10 })
          })}
        />
      </div>
    </div>
  )
}

/** Which microphone, and what the browser does to its sound before the station gets it. */
function Setup() {
  const { t } = useTranslation('talk')
  const { phase, choice, devices } = useMicrophone()
  useEffect(() => {
    void listDevices()
    const { mediaDevices } = navigator
    mediaDevices?.addEventListener('devicechange', listDevices)
    return () => mediaDevices?.removeEventListener('devicechange', listDevices)
  }, [])
  const named = devices.filter(({ label }) => label !== '')
  return (
    <>
      <Popover width={280} position="bottom-end" withArrow trapFocus returnFocus>
        <Popover.Target>
          <Tooltip label={t('setup')}>
            <ActionIcon size={32} aria-label={t('setup')}>
              <IconSettings size={16} />
            </ActionIcon>
          </Tooltip>
        </Popover.Target>
        <Popover.Dropdown aria-label={t('setup')}>
          <Stack gap="sm">
            <Select
              label={t('device')}
              comboboxProps={{ withinPortal: false }}
              allowDeselect={false}
              value={named.some(({ deviceId }) => deviceId === choice.deviceId) ? choice.deviceId : ''}
              data={[
                { value: '', label: t('systemDevice') },
                ...named.map(({ deviceId, label }) => ({ value: deviceId, label })),
              ]}
              onChange={(deviceId) => void choose({ deviceId: deviceId ?? '' })}
            />
            {named.length === 0 ? <p className={classes.note}>{t('namesLater')}</p> : null}
            {(['echoCancellation', 'noiseSuppression', 'autoGainControl', 'stereo'] as const).map((key) => (
              <Checkbox
                key={key}
                size="xs"
                label={t(`process.${key}`)}
                checked={choice[key]}
                onChange={(event) => void choose({ [key]: event.currentTarget.checked })}
              />
            ))}
          </Stack>
        </Popover.Dropdown>
      </Popover>
      <Tooltip label={phase === 'open' ? t('close') : t('open')}>
        <ActionIcon
          size={32}
          disabled={phase === 'opening'}
          aria-label={phase === 'open' ? t('close') : t('open')}
          onClick={() => (phase === 'open' ? closeMicrophone() : void openMicrophone())}
        >
          {phase === 'open' ? <IconX size={16} /> : <IconMicrophone size={16} />}
        </ActionIcon>
      </Tooltip>
    </>
  )
}
