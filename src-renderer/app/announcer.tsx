// Says aloud what matters, for who cannot see the desk: on air, track changes, faults.
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useTopic } from '../stores'

export function Announcer() {
  const { t } = useTranslation('app')
  const { onAir, item } = useTopic('air')
  const incidents = useTopic('incidents')
  const [fault, setFault] = useState('')
  const known = useRef<Set<number>>(new Set(incidents.map((incident) => incident.id)))

  useEffect(() => {
    const fresh = incidents.find((incident) => incident.resolvedAt === null && !known.current.has(incident.id))
    known.current = new Set(incidents.map((incident) => incident.id))
    if (fresh) setFault(t('say.fault', { cause: fresh.cause, effect: fresh.effect }))
  }, [incidents, t])

  const state = onAir ? t('say.onAir') : t('say.offAir')
  return (
    <div className="visually-hidden">
      <div role="status">{state}</div>
      <div aria-live="polite">{onAir && item ? t('say.playing', { title: item.title, artist: item.artist }) : ''}</div>
      <div role="alert">{fault}</div>
    </div>
  )
}
