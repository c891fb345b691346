/** What the user can put right: an option, a path, a line of a file. The command ends with 2. */
export class InputError extends Error {}
