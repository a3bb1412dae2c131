// A dialog that follows one job to its end. It may be closed: the job goes on and stands in the list of jobs.
import type { Job } from '@contract/library'
import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { hasEnded, JobProgress, useJob } from './job-progress'

export function JobDialog({ started, hint, onClose }: { started: Job; hint: string; onClose(): void }) {
  const { t } = useTranslation('metadata')
  const job = useJob(started)
  return (
    <Modal opened onClose={onClose} title={t(`library:job.kind.${job.kind}`)} size={640} zIndex={400}>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {hint}
        </Text>
        <JobProgress job={job} />
        <Group justify="flex-end">
          <Button onClick={onClose}>{hasEnded(job) ? t('common:action.close') : t('job.background')}</Button>
        </Group>
      </Stack>
    </Modal>
  )
}
