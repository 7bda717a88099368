/** One line of the doctor's report. */
export interface DoctorCheck {
  readonly name: string;
  readonly ok: boolean;
  /** What was found, and when it is not well what to do; never a secret. */
  readonly detail: string;
}

export function passed(name: string, detail: string): DoctorCheck {
  return { name, ok: true, detail };
}

export function failed(name: string, detail: string): DoctorCheck {
  return { name, ok: false, detail };
}
