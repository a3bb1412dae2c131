// What fields are called on the screen; the station's own fields by the names they were given.
import type { CustomField } from '@contract/metadata'
import { useTranslation } from 'react-i18next'
import { client, type RemoteData, useRemote } from '../../../client'

export const useCustomFields = (): RemoteData<CustomField[]> =>
  useRemote((signal) => client.metadata.fields.list(undefined, { signal }), [])

/** @returns the name of a field as the station calls it: `title`, `custom.mood`, `cues.cueInSeconds` */
export function useFieldNames(): (field: string) => string {
  const { t } = useTranslation('metadata')
  const { data } = useCustomFields()
  return (field) => {
    const key = field.startsWith('custom.') ? field.slice('custom.'.length) : null
    if (key !== null) return data?.find((each) => each.key === key)?.name ?? key
    return t(`field.${field.replace('cues.', '')}`)
  }
}
