import type { Problem, Project } from './project.js';

/** Folders of one person or one machine; a `/` before them would make them part of a URL. */
const machineFolders = ['work', 'farm', 'root', 'home', 'Users', 'var/tmp'];
const machinePath = new RegExp(`(^|[^\\w./-])(/(${machineFolders.join('|')})/\\w|[A-Z]:\\\\\\w)`);

/** The project says nothing of the machine it was written on: it has to work on every other. */
export function noMachinePaths({ files }: Project): readonly Problem[] {
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => {
      const found = machinePath.exec(line);
      if (found === null) return [];
      const advice = `${found[2]}… is a place on one machine: make it relative, or an argument`;
      return [{ path, line: index + 1, advice }];
    }),
  );
}
