/** What is being done, and how many of the run's steps are behind it. */
export type Progress = (
  at: Readonly<{ month: string; step: string; done: number; of: number }>,
) => void;
