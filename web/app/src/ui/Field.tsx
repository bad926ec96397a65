import { useId, type ComponentProps, type ReactNode } from 'react';
import styles from './Field.module.css';

interface TextFieldProps extends ComponentProps<'input'> {
  label: string;
  hint?: ReactNode;
  error?: string | null;
}

export function TextField({ label, hint, error, ...rest }: TextFieldProps): ReactNode {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className={styles.input}
        aria-invalid={error ? true : undefined}
        aria-describedby={note ? `${id}-note` : undefined}
        {...rest}
      />
      {note && (
        <p id={`${id}-note`} className={error ? styles.error : styles.hint} role={error ? 'alert' : undefined}>
          {note}
        </p>
      )}
    </div>
  );
}

export interface Option {
  value: string;
  label: string;
}

interface SelectFieldProps {
  label: string;
  icon?: ReactNode;
  options: readonly Option[];
  value: string;
  /** Shown when there is nothing to choose. */
  empty: string;
  onChange(value: string): void;
}

export function SelectField({ label, icon, options, value, empty, onChange }: SelectFieldProps): ReactNode {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <div className={styles.select}>
        {icon}
        <select id={id} value={value} disabled={options.length === 0} onChange={(event) => onChange(event.target.value)}>
          {options.length === 0 && <option value="">{empty}</option>}
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      </div>
    </div>
  );
}
