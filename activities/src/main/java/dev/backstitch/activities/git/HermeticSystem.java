package dev.backstitch.activities.git;

import java.io.File;
import org.eclipse.jgit.internal.storage.dfs.DfsBlockCache;
import org.eclipse.jgit.internal.storage.dfs.DfsBlockCacheConfig;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.ConfigConstants;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;

/// Keeps JGit from reading the user's and the machine's git configuration, from starting `git` to
/// find it, and from measuring the file system's clock, which takes seconds on first use and leaves
/// probe files in the repository and a note in the user's home. Also bounds what JGit keeps in
/// memory.
public final class HermeticSystem extends SystemReader.Delegate {

  /// JGit keeps blocks of packs that were read, for all packs of the process together.
  private static final long KEPT_BYTES = 1024 * 1024;

  private HermeticSystem(SystemReader machine) {
    super(machine);
  }

  /// JGit has one system reader and one cache per process, so this is for all of it: whoever uses
  /// JGit here installs it first, and only the first time counts.
  public static synchronized void install() {
    if (!(SystemReader.getInstance() instanceof HermeticSystem)) {
      SystemReader.setInstance(new HermeticSystem(SystemReader.getInstance()));
      DfsBlockCache.reconfigure(new DfsBlockCacheConfig().setBlockLimit(KEPT_BYTES));
    }
  }

  @Override
  public FileBasedConfig openUserConfig(Config parent, FS fs) {
    return new FixedConfig(parent, fs);
  }

  @Override
  public FileBasedConfig openSystemConfig(Config parent, FS fs) {
    return new FixedConfig(parent, fs);
  }

  @Override
  public FileBasedConfig openJGitConfig(Config parent, FS fs) {
    return new FixedConfig(parent, fs);
  }

  /// No file, and no answer but one: how exact file times are. So SHA-1 is JGit's own, which finds
  /// forged collisions: what is read here was written by students.
  private static final class FixedConfig extends FileBasedConfig {

    FixedConfig(Config parent, FS fs) {
      super(parent, new File("no-such-git-config"), fs);
    }

    @Override
    public @Nullable String getString(String section, @Nullable String subsection, String name) {
      if (ConfigConstants.CONFIG_FILESYSTEM_SECTION.equals(section)) {
        // Coarser than any file system we meet: a file changed this recently is read again.
        return "20 milliseconds";
      }
      return super.getString(section, subsection, name);
    }

    @Override
    public void load() {
      // There is nothing to read.
    }

    @Override
    public void save() {
      // There is nowhere to write.
    }

    @Override
    public boolean isOutdated() {
      return false;
    }
  }
}
