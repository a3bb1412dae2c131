// Whether a stream is served and at which bit rate: the settings of that output, changed from its card.
import type { Output } from '@contract/outputs'
import type { SettingKey } from '@contract/settings'
import type { SettingView } from '@contract/station'
import { Button, Group, Select, Stack, Switch, Text } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, describeError, useAction, useRemote } from '../../client'
import { ErrorState, LoadingState, showDone } from '../../ui'

const keys: Record<Output['id'], { enabled: SettingKey; kbps: SettingKey | null }> = {
  hls: { enabled: 'outputs.hls.enabled', kbps: null },
  mp3: { enabled: 'outputs.mp3.enabled', kbps: 'outputs.mp3.kbps' },
  aac: { enabled: 'outputs.aac.enabled', kbps: 'outputs.aac.kbps' },
  opus: { enabled: 'outputs.opus.enabled', kbps: 'outputs.opus.kbps' },
  rtmp: { enabled: 'outputs.rtmpFeed.enabled', kbps: 'outputs.rtmpFeed.kbps' },
}
const rates = [32, 48, 64, 96, 128, 160, 192, 256, 320]

export function OutputSettings({ output, onDone }: { output: Output; onDone(): void }) {
  const { data, error, reload } = useRemote((signal) => client.station.settings.list(undefined, { signal }), [])
  if (error && !data) return <ErrorState message={describeError(error)} onRetry={reload} />
  if (!data) return <LoadingState />
  return <Form output={output} settings={data} onDone={onDone} />
}

function Form({ output, settings, onDone }: { output: Output; settings: SettingView[]; onDone(): void }) {
  const { t } = useTranslation('outputs')
  const find = (key: SettingKey | null) => settings.find((setting) => setting.key === key)
  const enabledSetting = find(keys[output.id].enabled)
  const rateSetting = find(keys[output.id].kbps)
  const [enabled, setEnabled] = useState(enabledSetting?.value === true)
  const [kbps, setKbps] = useState(Number(rateSetting?.value ?? output.kbps))
  const locked = enabledSetting?.locked === true || rateSetting?.locked === true
  const [apply, applying] = useAction(async () => {
    const patch: Partial<Record<SettingKey, unknown>> = {}
    if (enabledSetting && enabled !== enabledSetting.value) patch[keys[output.id].enabled] = enabled
    if (rateSetting && kbps !== rateSetting.value) patch[rateSetting.key as SettingKey] = kbps
    if (Object.keys(patch).length > 0) await client.station.settings.update(patch)
    showDone(t('applied', { output: output.label }))
    onDone()
  })
  return (
    <Stack gap="md">
      <Switch
        label={t('enabled')}
        checked={enabled}
        disabled={enabledSetting?.locked}
        onChange={(event) => setEnabled(event.currentTarget.checked)}
      />
      {rateSetting ? (
        <Select
          label={t('rateSetting')}
          value={String(kbps)}
          disabled={!enabled || rateSetting.locked}
          onChange={(value) => setKbps(Number(value))}
          data={rates.map((rate) => ({ value: String(rate), label: t('kbps', { rate }) }))}
          comboboxProps={{ withinPortal: false }}
        />
      ) : (
        <Text c="dimmed">{t('hlsRates')}</Text>
      )}
      {locked ? <Text c="dimmed">{t('locked')}</Text> : null}
      <Group justify="flex-end">
        <Button size="xs" variant="filled" loading={applying} onClick={() => void apply()}>
          {t('apply')}
        </Button>
      </Group>
    </Stack>
  )
}
