namespace Tertulia.Storage;

/// <summary>The database cannot be used; the message tells the operator why.</summary>
public sealed class StorageException : Exception
{
    public StorageException(string message) : base(message)
    {
    }

    public StorageException(string message, Exception inner) : base(message, inner)
    {
    }
}
